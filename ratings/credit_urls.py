"""Pages of the credit ledger."""

from django.urls import path

from ratings.views import credit, credit_public, credit_schemes

CREDIT = [
    path("firms/<slug:code>/credit/", credit_public.firm, name="credit"),
    path("credit/records/", credit.records, name="credit_records"),
    path("credit/records/new/", credit.record_new, name="credit_new"),
    path("credit/records/<uuid:public_id>/", credit.record, name="credit_record"),
    path("credit/records/<uuid:public_id>/<slug:verb>/", credit.step, name="credit_step"),
    path("credit/<slug:place>/", credit_public.table, name="credit_table"),
    path("credit/<slug:place>/how/", credit_public.how, name="credit_how"),
    path("credit/<slug:place>/scheme/", credit_schemes.scheme, name="credit_scheme"),
    path("credit/<slug:place>/scheme/settle/", credit_schemes.settle, name="credit_settle"),
    path("credit/<slug:place>/scheme/<slug:name>/", credit_schemes.section, name="credit_section"),
]
